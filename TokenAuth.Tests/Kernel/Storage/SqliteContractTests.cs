using TokenAuth.Tests.Commands;
using TokenAuth.Tests.Infrastructure;
using TokenAuth.Tests.Kernel.Accounts;
using TokenAuth.Tests.Kernel.Accounts.Factors;
using TokenAuth.Tests.Kernel.Accounts.Import;
using TokenAuth.Tests.Kernel.Accounts.Messages;
using TokenAuth.Tests.Kernel.Applications;
using TokenAuth.Tests.Kernel.Events;
using TokenAuth.Tests.Kernel.Limits;
using TokenAuth.Tests.Kernel.Mail;
using TokenAuth.Tests.Kernel.Operations;
using TokenAuth.Tests.Kernel.Schema;
using TokenAuth.Tests.Kernel.Sessions;
using TokenAuth.Tests.Wetpaint;

namespace TokenAuth.Tests.Kernel.Storage;

// The contracts of the store on SQLite. Each engine has a file like this one.
public sealed class SqliteHandshakeTests : HandshakeContract<SqliteEngine>;

public sealed class SqliteExchangeTests : ExchangeContract<SqliteEngine>;

public sealed class SqliteSessionTests : SessionContract<SqliteEngine>;

public sealed class SqliteSessionInspectionTests : SessionIntrospectionContract<SqliteEngine>;

public sealed class SqliteApplicationUsersTests : UserRegistryContract<SqliteEngine>;

public sealed class SqliteConsentTests : ConsentContract<SqliteEngine>;

public sealed class SqliteEventTests : EventContract<SqliteEngine>;

public sealed class SqliteThrottleTests : ThrottleContract<SqliteEngine>;

public sealed class SqliteSignInAttackTests : SignInAttackContract<SqliteEngine>;

public sealed class SqliteSignUpTests : SignUpContract<SqliteEngine>;

public sealed class SqliteQuotaTests : QuotaContract<SqliteEngine>;

public sealed class SqliteReplayTests : ReplayContract<SqliteEngine>;

public sealed class SqliteAccountSearchTests : AccountSearchContract<SqliteEngine>;

public sealed class SqliteAdministratorTests : AdministratorContract<SqliteEngine>;

public sealed class SqlitePasswordResetTests : PasswordResetContract<SqliteEngine>;

public sealed class SqliteEventSearchTests : EventSearchContract<SqliteEngine>;

public sealed class SqliteHourlyCountTests : HourlyCountContract<SqliteEngine>;

public sealed class SqliteSweepTests : SweepContract<SqliteEngine>;

public sealed class SqliteUnitTests : UnitContract<SqliteEngine>;

public sealed class SqliteMigrationTests : MigrationContract<SqliteEngine>;

public sealed class SqliteNumberedSessionTests : NumberedSessionContract<SqliteEngine>;

public sealed class SqliteKeyTests : KeyContract<SqliteEngine>;

public sealed class SqliteStartTests : StartContract<SqliteEngine>;

public sealed class SqliteClockTests : ClockContract<SqliteEngine>;

public sealed class SqlitePasswordTests : PasswordContract<SqliteEngine>;

public sealed class SqliteImportTests : ImportContract<SqliteEngine>;

public sealed class SqliteOwnershipTests : OwnershipContract<SqliteEngine>;

public sealed class SqliteApplicationFaultTests : ApplicationFaultContract<SqliteEngine>;

public sealed class SqliteRotationTests : RotationContract<SqliteEngine>;

public sealed class SqliteFreshnessTests : CacheInvalidationContract<SqliteEngine>;

public sealed class SqliteLookUpTests : RowQueryContract<SqliteEngine>;

public sealed class SqlitePutTests : InsertContract<SqliteEngine>;

public sealed class SqliteCachedSessionTests : CachedSessionContract<SqliteEngine>;

public sealed class SqliteAccountSessionTests : AccountSessionContract<SqliteEngine>;

public sealed class SqliteSessionUseTests : SessionUseContract<SqliteEngine>;

public sealed class SqliteStoreQueryTests : StoreQueryContract<SqliteEngine>;

public sealed class SqliteAccountCommandTests : AccountCommandContract<SqliteEngine>;

public sealed class SqliteApplicationCommandTests : ApplicationCommandContract<SqliteEngine>;

public sealed class SqliteReadingCommandTests : ReadingCommandContract<SqliteEngine>;

public sealed class SqliteFactorCommandTests : FactorCommandContract<SqliteEngine>;

public sealed class SqliteAccountClosingTests : AccountClosingContract<SqliteEngine>;

public sealed class SqliteAccountProfileTests : AccountProfileContract<SqliteEngine>;

public sealed class SqliteAccountApplicationTests : AccountApplicationContract<SqliteEngine>;

public sealed class SqliteAccountExportTests : AccountExportContract<SqliteEngine>;

public sealed class SqliteMailQueueTests : MailQueueContract<SqliteEngine>;

public sealed class SqliteNoticeTests : NoticeContract<SqliteEngine>;

public sealed class SqliteEmailConfirmationTests : EmailConfirmationContract<SqliteEngine>;

public sealed class SqlitePasswordResetRequestTests : PasswordResetRequestContract<SqliteEngine>;

public sealed class SqliteIdentityTests : IdentityContract<SqliteEngine>;

public sealed class SqliteSecondFactorTests : SecondFactorContract<SqliteEngine>;

public sealed class SqliteSignCommandTests : SignCommandContract<SqliteEngine>;

public sealed class SqliteTokenLifeTests : TokenLifeContract<SqliteEngine>;

public sealed class SqliteTokenRaceTests : TokenRaceContract<SqliteEngine>;
