// Uses and makes passkeys. Without scripts, and where the browser has no passkeys, the buttons stay hidden.
{
  let waiting;

  const isName = !/^[\d.]+$|:/.test(location.hostname); // passkeys belong to names, not to IP addresses

  const say = (part, text) => {
    part.querySelector("[role=alert]")?.remove();
    const message = document.createElement("p");
    message.className = "error";
    message.setAttribute("role", "alert");
    message.textContent = text;
    part.prepend(message);
  };

  const ask = (part, signal, mediation) => {
    const options = JSON.parse(part.dataset.options);
    return part.dataset.passkey === "create"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options), signal })
      : navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options), signal, mediation,
        });
  };

  const send = (part, credential) => {
    const field = part.querySelector("input");
    field.value = JSON.stringify(credential);
    for (const password of field.form.querySelectorAll("input[type=password]")) password.value = "";
    field.form.submit(); // not requestSubmit: the fields for the password may be empty
  };

  const run = async (part, mediation) => {
    const isQuiet = mediation === "conditional";
    waiting?.abort();
    waiting = new AbortController();
    try {
      const credential = await ask(part, waiting.signal, mediation);
      if (credential) send(part, credential);
    } catch (failure) {
      if (isQuiet || failure.name === "AbortError") return;
      const { cancelled, known, failed } = part.dataset;
      say(part, failure.name === "NotAllowedError" ? cancelled : failure.name === "InvalidStateError" ? known : failed);
    }
  };

  if (isName && window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
    for (const hint of document.querySelectorAll("[data-without-passkeys]")) hint.hidden = true;
    for (const part of document.querySelectorAll("[data-passkey]")) {
      part.hidden = false;
      part.querySelector("button").addEventListener("click", () => run(part));
      if (part.dataset.autofill) {
        PublicKeyCredential.isConditionalMediationAvailable?.().then((offers) => offers && run(part, "conditional"));
      }
    }
  }
}
