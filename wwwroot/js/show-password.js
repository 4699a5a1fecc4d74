// Shows and hides a typed password. Without scripts the button stays hidden and nothing is missing.
for (const button of document.querySelectorAll("button[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  button.setAttribute("aria-label", "Show password");
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
    button.textContent = shown ? "Show" : "Hide";
  });
  // Browsers remember what is typed into plain text fields.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
