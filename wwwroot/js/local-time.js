// Shows times in the browser's time zone, for people who have chosen none. Without scripts they are in UTC.
{
  const styles = { date: { dateStyle: "long" }, time: { dateStyle: "long", timeStyle: "short" } };
  // The server writes English dates in this order, too.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  for (const element of document.querySelectorAll("time[data-local]")) {
    const format = new Intl.DateTimeFormat(language, styles[element.dataset.local]);
    element.textContent = format.format(new Date(element.dateTime));
  }
}
