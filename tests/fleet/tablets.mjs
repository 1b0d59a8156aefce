// Many tablets in one process, each sending what waits by the app's own sending module. What they are to send is read
// from stdin, one JSON value; what became of it is written to stdout, one JSON value, progress to stderr.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { makeSending } from "../../services/visits/pages/static/device/sending.js";

const plan = JSON.parse(readFileSync(0, "utf8"));
const jpeg = readFileSync(plan.photo);
const counted = { answers: {}, receipts_ms: [], waited_ms: [], receipts_end_ms: 0, bytes_sent: 0, bytes_of_photos: 0, without_answer: 0, tablets_ms: [] };
const began = performance.now();
const firstTried = new Map();

/** Return the bytes of a photograph that no other tablet has: its number stands in a comment of the file. */
function photograph(name) {
  const comment = Buffer.from(name);
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xfe, 0, comment.length + 2]);
  return new Uint8Array(Buffer.concat([head, comment, jpeg.subarray(2)]));
}

/** Ask the server as one tablet does, and count what it answers. */
function asker(token) {
  return async (path, options = {}) => {
    const asked = performance.now();
    const method = options.method ?? "GET";
    if (path === "/api/v1/visits" && !firstTried.has(options.body)) firstTried.set(options.body, asked);
    try {
      const answer = await fetch(plan.base + path, { ...options, headers: { ...options.headers, Authorization: token } });
      const kind = `${method} ${path === "/api/v1/visits" ? "visit" : path.includes("/media/") ? "photograph" : "session"}`;
      const key = `${kind} ${answer.status}`;
      counted.answers[key] = (counted.answers[key] ?? 0) + 1;
      const now = performance.now();
      if (kind === "POST visit" && answer.status < 300) {
        counted.receipts_ms.push(now - asked);
        counted.waited_ms.push(now - firstTried.get(options.body));
        counted.receipts_end_ms = now - began;
      }
      if (method === "PUT") counted.bytes_sent += options.body.length;
      return answer;
    } catch (failure) {
      counted.without_answer += 1;
      throw failure;
    }
  };
}

async function tablet({ name, token, visits }) {
  const photos = new Map();
  const waiting = visits.map((content, number) => {
    content.media = Array.from({ length: plan.photographs }, (_, each) => {
      const bytes = photograph(`${name}/${number}/${each}`);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      photos.set(sha256, `${name}/${number}/${each}`);
      counted.bytes_of_photos += bytes.length;
      return { sha256, mime: "image/jpeg", bytes: bytes.length, caption: "Rear of the building", contains_people: false };
    });
    const sending = { tries: 0, next_at: 0, trouble: "", confirmed: [], restarts: 0 };
    return { id: content.submission_id, state: "waiting", content, body: JSON.stringify(content), sending, receipt: null, reasons: [], remark: "" };
  });
  const sending = makeSending({
    fetch: asker(token), now: () => Date.now(), random: () => Math.random(), save: async () => {},
    waiting: async () => waiting.filter((visit) => visit.state === "waiting"),
    bytesOf: async (_visit, sha256) => photograph(photos.get(sha256)),
  });
  for (;;) {
    const { outcome, again_at } = await sending.sendAll(name);
    if (again_at === null) {
      counted.tablets_ms.push(performance.now() - began);
      return { outcome, refused: waiting.filter((visit) => visit.state === "returned").map(({ id, remark, reasons }) => ({ id, remark, reasons })) };
    }
    await pause(Math.max(50, again_at - Date.now()));
  }
}

const ended = await Promise.all(plan.tablets.map(tablet));
const refused = ended.flatMap((each) => each.refused);
const outcomes = ended.reduce((all, { outcome }) => ({ ...all, [outcome]: (all[outcome] ?? 0) + 1 }), {});
process.stdout.write(JSON.stringify({ ...counted, outcomes, refused: refused.length, first_refused: refused[0] ?? null, seconds: (performance.now() - began) / 1000 }));
