"use strict";
// All of this is a comfort: every page works without it.

// Times in the reader's own zone.
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  time.title = time.textContent;
  time.textContent = moment.toLocaleString(document.documentElement.lang,
    { dateStyle: "medium", timeStyle: "short" });
}

// Dates in forms are in UTC for the server, and in the teacher's own zone on the page.
const two = (number) => String(number).padStart(2, "0");
const local = (moment) => `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}` +
  `T${two(moment.getHours())}:${two(moment.getMinutes())}`;
for (const field of document.querySelectorAll("input[data-utc]")) {
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = field.name;
  field.removeAttribute("name");
  field.after(sent);
  const zone = document.querySelector(`label[for="${field.id}"] [data-zone]`);
  if (zone) zone.textContent = `(${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
  if (field.value) field.value = local(new Date(field.value + "Z"));
  field.form.addEventListener("submit", () => {
    sent.value = field.value ? new Date(field.value).toISOString().slice(0, 16) : "";
  });
}

// A notebook can be dropped. One press sends it once.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const field = zone.querySelector("input[type=file]");
  const hint = zone.querySelector("[data-hint]");
  const show = () => {
    if (field.files.length) hint.textContent = zone.dataset.chosen.replace("{name}", field.files[0].name);
  };
  field.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("over-it"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("over-it"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) { field.files = event.dataTransfer.files; show(); }
  });
}
for (const form of document.querySelectorAll("form[data-sending]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button");
    button.textContent = form.dataset.sending;
    button.disabled = true;
  });
}

// A page that the browser kept (the button "back") may be out of date.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// How far an attempt is, each second; its page again when it is done.
const watched = document.querySelector("[data-watch]");
if (watched) {
  const badge = watched.querySelector(".badge");
  const more = watched.querySelector("[data-more]");
  const put = (place, text) => { if (place.textContent !== text) place.textContent = text; };
  const look = async () => {
    try {
      const answer = await fetch(watched.dataset.watch, { headers: { Accept: "application/json" } });
      if (answer.status >= 400 && answer.status < 500) { location.reload(); return; }
      if (answer.ok) {
        const told = await answer.json();
        if (told.done) { location.reload(); return; }
        badge.className = `badge ${told.state}`;
        put(badge, told.text);
        put(more, told.more);
      }
    } catch { /* the network is away for a moment */ }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}

// The answer to the LMS goes by itself.
document.querySelector("form[data-go-on]")?.submit();

// A registration ends: the LMS closes the window where it opened one, once there was time to read.
const registered = document.querySelector("[data-registered]");
if (registered) {
  const said = { subject: registered.dataset.registered };
  const lms = window.opener || (window.parent !== window ? window.parent : null);
  const close = document.querySelector("[data-close]");
  if (lms) {
    close.hidden = false;
    close.addEventListener("click", () => lms.postMessage(said, "*"));
    setTimeout(() => lms.postMessage(said, "*"), 10000);
  }
}
