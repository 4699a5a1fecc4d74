// Lists the browser's time zones below the field, and proposes the browser's own. Without scripts the person types one.
for (const button of document.querySelectorAll("button[data-zone-for]")) {
  const field = document.getElementById(button.dataset.zoneFor);
  for (const name of Intl.supportedValuesOf?.("timeZone") ?? [])
    field.list.append(new Option(name));
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (own && own !== field.value) {
    button.textContent = button.dataset.text.replace("{0}", own);
    button.hidden = false;
    button.addEventListener("click", () => {
      field.value = own;
      button.hidden = true;
      field.focus();
    });
  }
}
