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

// The contracts of the store on PostgreSQL. Each engine has a file like this one.
public sealed class PostgreSqlHandshakeTests : HandshakeContract<PostgreSqlEngine>;

public sealed class PostgreSqlExchangeTests : ExchangeContract<PostgreSqlEngine>;

public sealed class PostgreSqlSessionTests : SessionContract<PostgreSqlEngine>;

public sealed class PostgreSqlSessionInspectionTests : SessionIntrospectionContract<PostgreSqlEngine>;

public sealed class PostgreSqlApplicationUsersTests : UserRegistryContract<PostgreSqlEngine>;

public sealed class PostgreSqlConsentTests : ConsentContract<PostgreSqlEngine>;

public sealed class PostgreSqlEventTests : EventContract<PostgreSqlEngine>;

public sealed class PostgreSqlThrottleTests : ThrottleContract<PostgreSqlEngine>;

public sealed class PostgreSqlSignInAttackTests : SignInAttackContract<PostgreSqlEngine>;

public sealed class PostgreSqlSignUpTests : SignUpContract<PostgreSqlEngine>;

public sealed class PostgreSqlQuotaTests : QuotaContract<PostgreSqlEngine>;

public sealed class PostgreSqlReplayTests : ReplayContract<PostgreSqlEngine>;

public sealed class PostgreSqlAccountSearchTests : AccountSearchContract<PostgreSqlEngine>;

public sealed class PostgreSqlAdministratorTests : AdministratorContract<PostgreSqlEngine>;

public sealed class PostgreSqlPasswordResetTests : PasswordResetContract<PostgreSqlEngine>;

public sealed class PostgreSqlEventSearchTests : EventSearchContract<PostgreSqlEngine>;

public sealed class PostgreSqlHourlyCountTests : HourlyCountContract<PostgreSqlEngine>;

public sealed class PostgreSqlSweepTests : SweepContract<PostgreSqlEngine>;

public sealed class PostgreSqlUnitTests : UnitContract<PostgreSqlEngine>;

public sealed class PostgreSqlMigrationTests : MigrationContract<PostgreSqlEngine>;

public sealed class PostgreSqlNumberedSessionTests : NumberedSessionContract<PostgreSqlEngine>;

public sealed class PostgreSqlKeyTests : KeyContract<PostgreSqlEngine>;

public sealed class PostgreSqlStartTests : StartContract<PostgreSqlEngine>;

public sealed class PostgreSqlClockTests : ClockContract<PostgreSqlEngine>;

public sealed class PostgreSqlPasswordTests : PasswordContract<PostgreSqlEngine>;

public sealed class PostgreSqlImportTests : ImportContract<PostgreSqlEngine>;

public sealed class PostgreSqlOwnershipTests : OwnershipContract<PostgreSqlEngine>;

public sealed class PostgreSqlApplicationFaultTests : ApplicationFaultContract<PostgreSqlEngine>;

public sealed class PostgreSqlRotationTests : RotationContract<PostgreSqlEngine>;

public sealed class PostgreSqlFreshnessTests : CacheInvalidationContract<PostgreSqlEngine>;

public sealed class PostgreSqlLookUpTests : RowQueryContract<PostgreSqlEngine>;

public sealed class PostgreSqlPutTests : InsertContract<PostgreSqlEngine>;

public sealed class PostgreSqlCachedSessionTests : CachedSessionContract<PostgreSqlEngine>;

public sealed class PostgreSqlAccountSessionTests : AccountSessionContract<PostgreSqlEngine>;

public sealed class PostgreSqlSessionUseTests : SessionUseContract<PostgreSqlEngine>;

public sealed class PostgreSqlStoreQueryTests : StoreQueryContract<PostgreSqlEngine>;

public sealed class PostgreSqlAccountCommandTests : AccountCommandContract<PostgreSqlEngine>;

public sealed class PostgreSqlApplicationCommandTests : ApplicationCommandContract<PostgreSqlEngine>;

public sealed class PostgreSqlReadingCommandTests : ReadingCommandContract<PostgreSqlEngine>;

public sealed class PostgreSqlFactorCommandTests : FactorCommandContract<PostgreSqlEngine>;

public sealed class PostgreSqlAccountClosingTests : AccountClosingContract<PostgreSqlEngine>;

public sealed class PostgreSqlAccountProfileTests : AccountProfileContract<PostgreSqlEngine>;

public sealed class PostgreSqlAccountApplicationTests : AccountApplicationContract<PostgreSqlEngine>;

public sealed class PostgreSqlAccountExportTests : AccountExportContract<PostgreSqlEngine>;

public sealed class PostgreSqlMailQueueTests : MailQueueContract<PostgreSqlEngine>;

public sealed class PostgreSqlNoticeTests : NoticeContract<PostgreSqlEngine>;

public sealed class PostgreSqlEmailConfirmationTests : EmailConfirmationContract<PostgreSqlEngine>;

public sealed class PostgreSqlPasswordResetRequestTests : PasswordResetRequestContract<PostgreSqlEngine>;

public sealed class PostgreSqlIdentityTests : IdentityContract<PostgreSqlEngine>;

public sealed class PostgreSqlSecondFactorTests : SecondFactorContract<PostgreSqlEngine>;

public sealed class PostgreSqlSignCommandTests : SignCommandContract<PostgreSqlEngine>;

public sealed class PostgreSqlTokenLifeTests : TokenLifeContract<PostgreSqlEngine>;

public sealed class LossyTokenLifeTests : TokenLifeContract<LossyPostgreSqlEngine>;

public sealed class PostgreSqlTokenRaceTests : TokenRaceContract<PostgreSqlEngine>;
