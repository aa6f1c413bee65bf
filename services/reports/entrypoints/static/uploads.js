/* Sends a form's files in pieces by the tus protocol, and goes on by itself after a lost connection, a closed page or a
   server that was replaced. Without this module the browser sends the form as it is. */

const PIECE = 4 * 1024 * 1024;
const PAUSES = [1000, 2000, 5000, 10000, 20000];
const TUS = { "Tus-Resumable": "1.0.0" };

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Refused extends Error {}

function remembered(form, file) {
  return `upload ${form.getAttribute("action")} ${file.name} ${file.size} ${file.lastModified}`;
}

function recall(name, address) {
  try {
    if (address === undefined) return localStorage.getItem(name);
    if (address === null) localStorage.removeItem(name);
    else localStorage.setItem(name, address);
  } catch {
    /* A browser that remembers nothing begins anew. */
  }
  return null;
}

async function told(response) {
  const problem = await response.json().catch(() => ({}));
  return new Refused([problem.title, problem.detail].filter(Boolean).join(". "));
}

async function begin(form, file) {
  const said = { ...JSON.parse(form.dataset.metadata), filename: file.name };
  const note = form.elements.note?.value.trim();
  if (note) said.note = note;
  const metadata = Object.entries(said).map(([name, value]) => `${name} ${base64(String(value))}`).join(",");
  const response = await fetch(form.dataset.uploads, {
    method: "POST",
    headers: { ...TUS, "Upload-Length": String(file.size), "Upload-Metadata": metadata },
  });
  if (response.status !== 201) throw response.status >= 500 ? new Error("away") : await told(response);
  return response.headers.get("Location");
}

async function reached(address) {
  const response = await fetch(address, { method: "HEAD", headers: TUS });
  if (response.status >= 500) throw new Error("away");
  return response.ok ? Number(response.headers.get("Upload-Offset")) : null;
}

async function send(form, file, show) {
  const name = remembered(form, file);
  let address = recall(name);
  let offset = address === null ? null : await reached(address);
  if (offset === null) {
    address = await begin(form, file);
    recall(name, address);
    offset = 0;
  }
  while (offset < file.size) {
    const response = await fetch(address, {
      method: "PATCH",
      headers: { ...TUS, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" },
      body: file.slice(offset, offset + PIECE),
    });
    if (response.status === 409) offset = (await reached(address)) ?? 0;
    else if (response.status === 204) offset = Number(response.headers.get("Upload-Offset"));
    else if (response.status >= 500) throw new Error("away");
    else {
      recall(name, null);
      throw await told(response);
    }
    show(offset);
  }
  await settled(address, show);
  recall(name, null);
}

async function settled(address, show) {
  for (;;) {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error("away");
    const upload = await response.json();
    if (upload.status === "taken") return;
    if (upload.status === "refused") throw new Refused("");
    show(null);
    await pause(2000);
  }
}

function line(form, file) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  const bar = document.createElement("progress");
  item.className = "upload stack stack-small";
  label.className = "small";
  bar.max = file.size;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  item.append(label, bar);
  form.querySelector("[data-progress]").append(item);
  const say = (text) => { label.textContent = `${file.name}: ${text}`; };
  say(form.dataset.sending);
  return { bar, say };
}

async function sendAll(form) {
  let failed = 0;
  form.querySelector("[data-progress]").hidden = false;
  for (const file of form.elements.files.files) {
    const { bar, say } = line(form, file);
    for (let lost = 0; ; lost += 1) {
      try {
        await send(form, file, (offset) => {
          lost = 0;
          if (offset === null) say(form.dataset.looking);
          else { bar.value = offset; say(form.dataset.sending); }
        });
        say(form.dataset.done);
        break;
      } catch (error) {
        if (error instanceof Refused) {
          say(error.message || form.dataset.failed);
          failed += 1;
          break;
        }
        say(form.dataset.waiting);
        await pause(PAUSES[Math.min(lost, PAUSES.length - 1)]);
      }
    }
  }
  return failed;
}

for (const form of document.querySelectorAll("form[data-uploads]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    const failed = await sendAll(form);
    for (const button of buttons) button.disabled = false;
    if (failed === 0) {
      const here = new URL(location.href);
      here.searchParams.set("sent", "added");
      here.hash = form.closest("section[id]")?.id ?? "";
      location.assign(here);
    }
  });
}
