// What every page shares: posting, short messages, the time spent on material, a look at the ledger.

export async function post(address, fields) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null && one !== undefined) body.append(name, one);
  }
  let answer;
  try {
    answer = await fetch(address, { method: "POST", body, headers: { accept: "application/json" } });
  } catch {
    say("The server does not answer: nothing was saved. Try again.", true);
    return { ok: false, status: 0, data: {} };
  }
  const data = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    const reasons = (data.reasons || []).join("; ");
    say(`${capital(data.error || "Not done")}${reasons ? `: ${reasons}` : ""}. ${capital(data.hint || "")}`, true);
    if (answer.status === 401) location.href = "/sign-in";
  }
  return { ok: answer.ok, status: answer.status, data };
}

export async function get(address) {
  const answer = await fetch(address, { headers: { accept: "application/json" } }).catch(() => null);
  if (answer?.status === 401) location.href = "/sign-in";
  return answer?.ok ? answer.json() : null;
}

export function say(text, bad = false) {
  const toast = document.createElement("p");
  toast.className = bad ? "toast bad" : "toast";
  toast.textContent = text;
  document.getElementById("toasts").append(toast);
  setTimeout(() => toast.remove(), bad ? 9000 : 3000);
}

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function clock(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
}

// Playing time today, only in this browser: a person who listens for an hour is told so.
const BREAK_AFTER_S = 50 * 60;

export function addMaterialTime(seconds) {
  const key = `material.${new Date().toISOString().slice(0, 10)}`;
  const before = Number(localStorage.getItem(key) || 0);
  localStorage.setItem(key, String(before + seconds));
  showMaterialTime();
  if (Math.floor(before / BREAK_AFTER_S) < Math.floor((before + seconds) / BREAK_AFTER_S)) {
    say("You have listened for a long time today. A good moment for a break.");
  }
}

function showMaterialTime() {
  const place = document.getElementById("material-time");
  const seconds = Number(localStorage.getItem(`material.${new Date().toISOString().slice(0, 10)}`) || 0);
  if (!place || seconds < 60) return;
  place.hidden = false;
  place.textContent = `${Math.floor(seconds / 60)} min on material`;
  place.title = "Time you listened today; only this browser knows.";
}

// The ledger only grows. If it is shorter than what this browser saw, or its end is another one, something was cut off.
function watchLedger() {
  const meta = document.querySelector('meta[name="ledger"]');
  if (!meta?.dataset.id) return;
  const { id, size, head } = meta.dataset;
  const seen = JSON.parse(localStorage.getItem(`ledger.${id}`) || "null");
  if (seen && (Number(size) < seen.size || (Number(size) === seen.size && head !== seen.head))) {
    say(`The ledger has ${size} entries, this browser has seen ${seen.size}: its end was cut off or replaced. Tell an admin.`, true);
    return;
  }
  localStorage.setItem(`ledger.${id}`, JSON.stringify({ size: Number(size), head }));
}

showMaterialTime();
watchLedger();
