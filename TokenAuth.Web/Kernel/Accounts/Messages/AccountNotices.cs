using TokenAuth.Kernel.Events;
using TokenAuth.Kernel.Languages;
using TokenAuth.Kernel.Limits;
using TokenAuth.Kernel.Mail;
using TokenAuth.Kernel.Storage;

namespace TokenAuth.Kernel.Accounts.Messages;

/// <summary>
/// Tells the owners of accounts by mail of security events (<see cref="Notice.All"/>). The notice is queued in the
/// transaction that writes the event. It names nothing that a person has typed but the login name, so that nobody can
/// have words of their own sent.
/// </summary>
internal sealed class AccountNotices(MailQueue queue, MailComposer composer, Texts texts) : IEventFollower
{
    /// <summary>The page that shows what can sign in to the account.</summary>
    private const string SecurityPath = "/account/security";

    /// <summary>The page with the person's own applications.</summary>
    private const string ConsolePath = "/console";

    /// <summary>A notice that cannot be sent within this time is no news any more.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    public IFollowedWrite Begin() => new Write(this, queue, Language.Current);

    private MailContent Compose(EventRecipient to, Notice notice, SecurityEvent happened, DateTimeOffset at)
    {
        List<MailPart> parts =
        [
            new MailParagraph(texts[notice.Sentence]),
            new MailFact(texts["Account"], to.Login),
            new MailFact(texts["Time"], to.When(at)),
            new MailFact(texts["From"], OriginOf(happened)),
        ];
        if (notice.IsOfConsole)
        {
            parts.Add(new MailLink(texts["Open the console"], composer.Address(ConsolePath)));
        }
        else if (!notice.IsLast)
        {
            parts.Add(new MailParagraph(texts["If this was you, you do not need to do anything."]));
            parts.Add(new MailParagraph(texts[
                "If it was not you, someone else may be able to use your account. Sign in, change your password and "
                + "end all other sessions."]));
            parts.Add(new MailLink(texts["Check your account"], composer.Address(SecurityPath)));
        }

        return composer.Compose(to.Email!, to.Login, texts[notice.Subject], parts);
    }

    /// <summary>The owner is not shown an administrator's address.</summary>
    private string OriginOf(SecurityEvent happened) =>
        happened.ActorId is not null ? texts["an administrator of this service"]
        : happened.From is { } address ? address.ToString()
        : texts["the people who run this service"];

    private sealed class Write(AccountNotices notices, MailQueue queue, Language language) : IFollowedWrite
    {
        private readonly MailSeal _seal = queue.Seal();
        private int _queued;

        public async ValueTask RecordAsync(
            StoreConnection connection, IEnumerable<(SecurityEvent Event, DateTimeOffset At)> happened)
        {
            _queued = 0;
            foreach (var (one, at) in happened)
            {
                if (one.AccountId is not { } account || !Notice.All.TryGetValue(one.Kind, out var notice))
                    continue;
                var to = one.Recipient ?? await Recipients.ReadAsync(connection, account);
                if (to is null
                    || !Account.IsMailbox(to.Email)
                    || await MailLimit.ForNoticeAsync(connection, account, to.Email!, to.IsConfirmed, at) is not null)
                    continue;

                // The language of this request is the person's own only if they made it.
                var own = one is { ActorId: null, From: not null } ? language : Language.English;
                var content = to.LanguageOr(own).Speak(() => notices.Compose(to, notice, one, at));
                await queue.AddAsync(
                    connection, _seal, account, SecurityLog.NameOf(one.Kind), content.Serialize(), Lifetime);
                _queued++;
            }
        }

        public void Committed() => queue.Added(_queued);
    }
}
