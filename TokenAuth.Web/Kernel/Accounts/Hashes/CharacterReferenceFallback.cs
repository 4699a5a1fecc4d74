using System.Text;

namespace TokenAuth.Kernel.Accounts.Hashes;

/// <summary>
/// Encodes a character that a charset lacks as a numeric character reference, as browsers do in forms.
/// </summary>
internal sealed class CharacterReferenceFallback : EncoderFallback
{
    public override int MaxCharCount => "&#1114111;".Length;

    public override EncoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

    private sealed class Buffer : EncoderFallbackBuffer
    {
        private string _text = "";
        private int _next;

        public override int Remaining => _text.Length - _next;

        public override bool Fallback(char charUnknown, int index) => Fallback(charUnknown);

        public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index) =>
            Fallback(char.ConvertToUtf32(charUnknownHigh, charUnknownLow));

        public override char GetNextChar() => _next < _text.Length ? _text[_next++] : '\0';

        public override bool MovePrevious() => _next > 0 && _next-- > 0;

        private bool Fallback(int character)
        {
            (_text, _next) = ($"&#{character};", 0);
            return true;
        }
    }
}
