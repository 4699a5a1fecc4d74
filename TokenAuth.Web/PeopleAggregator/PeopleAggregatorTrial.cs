using TokenAuth.Kernel.Accounts;
using TokenAuth.Kernel.Calls.Methods;

namespace TokenAuth.PeopleAggregator;

/// <summary>Signs in a person who tries a method: a token.</summary>
internal sealed class PeopleAggregatorTrial(AuthTokens tokens) : ITrialSignIn
{
    public string Dialect => PeopleAggregatorFeature.Dialect;

    public async ValueTask<ClientSession?> OpenAsync(TrialPerson person, CancellationToken cancellation)
    {
        var issue = await tokens.IssueAsync(
            person.Account, new ProgramProof(KeyId: null), person.From, cancellation);
        return issue.Succeeded(out var token, out _) ? new ClientSession(token.Text) : null;
    }
}
