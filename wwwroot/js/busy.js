// Shows that a sent form is on its way, and does not send it twice.
for (const form of document.forms) {
  let isSent = false;
  const reset = () => {
    isSent = false;
    for (const button of form.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  };
  form.addEventListener("submit", (event) => {
    if (isSent) {
      event.preventDefault();
      return;
    }
    isSent = !event.defaultPrevented;
    if (isSent) event.submitter?.setAttribute("aria-busy", "true");
    // The answer may be a file or another program, which leaves this page open.
    setTimeout(reset, 5000);
  });
  // The page may come back from the browser's cache.
  addEventListener("pageshow", reset);
}
