// The shape of the sound: the whole recording above, the half minute around the present below.

const ZOOM_MS = 30000;

export function makeWave(app, player) {
  const overview = document.getElementById("overview"), zoom = document.getElementById("zoom");
  const duration = Number(app.dataset.duration) || 1, rate = Number(app.dataset.peaksRate);
  let peaks = new Uint8Array(0), marks = [], removed = [], still = null, drawnAt = -1;

  fetch(`/recordings/${app.dataset.recording}/peaks`)
    .then((answer) => (answer.ok ? answer.arrayBuffer() : new ArrayBuffer(0)))
    .then((bytes) => { peaks = new Uint8Array(bytes); still = null; draw(player.now(), true); })
    .catch(() => {});

  const colour = (name) => getComputedStyle(app).getPropertyValue(name);
  const resolved = {};
  function ink(name) {
    if (!resolved[name]) {
      const probe = document.createElement("span");
      probe.className = "unseen";
      app.append(probe);
      probe.style.color = colour(name);
      resolved[name] = getComputedStyle(probe).color;
      probe.remove();
    }
    return resolved[name];
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const k of Object.keys(resolved)) delete resolved[k]; still = null; draw(player.now(), true); });

  function fit(canvas) {
    const scale = devicePixelRatio || 1, width = Math.round(canvas.clientWidth * scale), height = Math.round(canvas.clientHeight * scale);
    if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; still = null; }
    return canvas.getContext("2d");
  }

  function bars(context, width, height, from, to) {
    context.fillStyle = ink("--edge");
    const step = (to - from) / width;
    for (let x = 0; x < width; x += 2) {
      const first = Math.floor(((from + x * step) / 1000) * rate), last = Math.max(first + 1, Math.floor(((from + (x + 2) * step) / 1000) * rate));
      let peak = 0;
      for (let i = Math.max(0, first); i < Math.min(last, peaks.length); i += 1) if (peaks[i] > peak) peak = peaks[i];
      const tall = Math.max(1, (peak / 255) * height * 0.94);
      context.fillRect(x, (height - tall) / 2, 1.4, tall);
    }
  }

  function blocks(context, width, height, from, to) {
    const place = (ms) => ((ms - from) / (to - from)) * width;
    for (const m of marks) {
      if (m.end_ms < from || m.start_ms > to) continue;
      context.fillStyle = ink(m.open ? (m.red ? "--red" : "--amber") : "--good");
      const x = place(m.start_ms), w = Math.max(2, place(m.end_ms) - x);
      context.globalAlpha = to - from > ZOOM_MS ? 0.9 : 0.28;
      context.fillRect(x, to - from > ZOOM_MS ? height * 0.72 : 0, w, to - from > ZOOM_MS ? height * 0.28 : height);
      context.globalAlpha = 1;
    }
    context.fillStyle = ink("--ink");
    for (const r of removed) if (r.end_ms > from && r.start_ms < to) context.fillRect(place(r.start_ms), height * 0.32, Math.max(2, place(r.end_ms) - place(r.start_ms)), height * 0.36);
  }

  function draw(ms, force = false) {
    if (!force && Math.abs(ms - drawnAt) < 15) return;
    drawnAt = ms;
    const whole = fit(overview), near = fit(zoom);
    if (!still) {
      still = new OffscreenCanvas(Math.max(1, overview.width), Math.max(1, overview.height));
      const context = still.getContext("2d");
      bars(context, overview.width, overview.height, 0, duration);
      blocks(context, overview.width, overview.height, 0, duration);
    }
    whole.clearRect(0, 0, overview.width, overview.height);
    whole.drawImage(still, 0, 0);
    whole.fillStyle = ink("--accent");
    whole.fillRect((ms / duration) * overview.width - 1, 0, 3, overview.height);
    const from = Math.max(0, Math.min(ms - ZOOM_MS / 3, duration - ZOOM_MS)), to = from + ZOOM_MS;
    near.clearRect(0, 0, zoom.width, zoom.height);
    bars(near, zoom.width, zoom.height, from, to);
    blocks(near, zoom.width, zoom.height, from, to);
    near.fillStyle = ink("--accent");
    near.fillRect(((ms - from) / ZOOM_MS) * zoom.width - 1, 0, 2, zoom.height);
    zoom.dataset.from = String(from);
  }

  overview.addEventListener("click", (e) => player.seek((e.offsetX / overview.clientWidth) * duration));
  zoom.addEventListener("click", (e) => player.seek(Number(zoom.dataset.from || 0) + (e.offsetX / zoom.clientWidth) * ZOOM_MS));
  addEventListener("resize", () => draw(player.now(), true));
  player.onTime((ms) => draw(ms));
  return {
    show(flags, spans) { marks = flags; removed = spans; still = null; draw(player.now(), true); },
  };
}
