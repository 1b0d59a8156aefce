// What is drawn on a photograph: lines, arrows and labels, by fractions of its width and height from the upper left corner;
// how they are painted, and which drawings are not finished. No DOM.

/** @typedef {import("./types.js").Mark} Mark */
/** @typedef {import("./types.js").Visit} Visit */
/** @typedef {import("./types.js").Reason} Reason */

/** The colours of a drawing; each has an edge, so that it stands out from any photograph.
 * @type {Record<string, {words: string, ink: string, edge: string}>} */
export const COLOURS = {
  red: { words: "Red", ink: "#d4001a", edge: "#ffffff" },
  yellow: { words: "Yellow", ink: "#ffdd00", edge: "#000000" },
  blue: { words: "Blue", ink: "#0046c8", edge: "#ffffff" },
};
export const MOST_LETTERS = 40;

const BREADTHS_OF_A_LINE = 110; // in the longer side of a photograph
const BREADTHS_OF_A_LABEL = 26;
const NEAREST = 0.003;

/** Return whether a point is far enough from the one before it to be kept. @param {[number, number] | undefined} before @param {[number, number]} point */
export function isFurther(before, point) {
  return !before || Math.hypot(before[0] - point[0], before[1] - point[1]) >= NEAREST;
}

/** Paint a photograph with what is drawn on it. @param {CanvasRenderingContext2D} context @param {CanvasImageSource} picture @param {Mark[]} marks */
export function paint(context, picture, marks) {
  context.drawImage(picture, 0, 0);
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const mark of marks) PAINTED[mark.kind](context, mark);
}

/** @type {Record<Mark["kind"], (context: CanvasRenderingContext2D, mark: Mark) => void>} */
const PAINTED = { line: paintLine, arrow: paintArrow, label: paintLabel };

/** @param {CanvasRenderingContext2D} context @param {Mark} mark */
function measured({ canvas }, mark) {
  const longer = Math.max(canvas.width, canvas.height);
  const points = mark.points.map(([x, y]) => [x * canvas.width, y * canvas.height]);
  return { points, breadth: longer / BREADTHS_OF_A_LINE, ...COLOURS[mark.colour] };
}

/** Paint lines through points, with their edge. @param {CanvasRenderingContext2D} context @param {number[][][]} lines @param {{breadth: number, ink: string, edge: string}} how */
function strokes(context, lines, { breadth, ink, edge }) {
  for (const [colour, wide] of /** @type {[string, number][]} */ ([[edge, breadth * 1.6], [ink, breadth]])) {
    context.strokeStyle = colour;
    context.lineWidth = wide;
    context.beginPath();
    for (const points of lines) {
      context.moveTo(points[0][0], points[0][1]);
      for (const [x, y] of points.length > 1 ? points.slice(1) : points) context.lineTo(x, y);
    }
    context.stroke();
  }
}

/** @param {CanvasRenderingContext2D} context @param {Mark} mark */
function paintLine(context, mark) {
  const how = measured(context, mark);
  strokes(context, [how.points], how);
}

/** @param {CanvasRenderingContext2D} context @param {Mark} mark */
function paintArrow(context, mark) {
  const how = measured(context, mark);
  const [[x, y], [tipX, tipY]] = [how.points[0], how.points[how.points.length - 1]];
  const direction = Math.atan2(tipY - y, tipX - x);
  const barb = (/** @type {number} */ turn) => [tipX - Math.cos(direction + turn) * how.breadth * 5, tipY - Math.sin(direction + turn) * how.breadth * 5];
  strokes(context, [[[x, y], [tipX, tipY]], [barb(0.5), [tipX, tipY], barb(-0.5)]], how);
}

/** @param {CanvasRenderingContext2D} context @param {Mark} mark */
function paintLabel(context, mark) {
  const { points: [[x, y]], breadth, ink, edge } = measured(context, mark);
  const { width, height } = context.canvas;
  const words = mark.words ?? "";
  let letters = Math.max(width, height) / BREADTHS_OF_A_LABEL;
  const font = () => `bold ${letters}px Arial, Helvetica, sans-serif`;
  context.font = font();
  const room = width - 4 * breadth - letters;
  letters *= Math.min(1, room / Math.max(1, context.measureText(words).width));
  context.font = font();
  const [across, down] = [context.measureText(words).width + letters, letters * 1.6];
  const within = (/** @type {number} */ middle, /** @type {number} */ size, /** @type {number} */ whole) => Math.min(Math.max(middle - size / 2, breadth), whole - size - breadth);
  const [left, top] = [within(x, across, width), within(y, down, height)];
  context.fillStyle = ink;
  context.strokeStyle = edge;
  context.lineWidth = breadth / 2;
  context.fillRect(left, top, across, down);
  context.strokeRect(left, top, across, down);
  context.fillStyle = edge;
  context.textBaseline = "middle";
  context.fillText(words, left + letters / 2, top + down / 2);
}

/** Return what is drawn, in words. @param {Mark[]} marks */
export function marksInWords(marks) {
  if (!marks.length) return "Nothing is drawn.";
  const count = (/** @type {Mark["kind"]} */ kind) => marks.filter((mark) => mark.kind === kind).length;
  const counted = (/** @type {number} */ number, /** @type {string} */ noun) => (number ? `${number} ${noun}${number === 1 ? "" : "s"}` : "");
  const labels = marks.filter(({ kind }) => kind === "label").map(({ words }) => `“${words}”`);
  return `Drawn: ${[counted(count("line"), "line"), counted(count("arrow"), "arrow"), ...labels].filter(Boolean).join(", ")}.`;
}

/** Return the drawings that were begun and neither finished nor thrown away. @param {Visit} visit @returns {Reason[]} */
export function begunDrawings(visit) {
  const media = /** @type {{sha256: string}[]} */ (visit.content.media ?? []);
  return media.flatMap(({ sha256 }, n) => (visit.drawings?.[sha256]?.begun ? [{ pointer: `/media/${n}`, reason: "finish the drawing on it, or cancel it" }] : []));
}

/** Forget the photographs as they were before anybody drew on them; return where their bytes are, to be dropped once the
 * visit is saved. @param {Visit} visit @param {string[]} [digests] of which photographs as they are sent; of all, if not given */
export function forgetUndrawn(visit, digests = Object.keys(visit.drawings ?? {})) {
  const gone = [];
  for (const digest of digests) {
    const plain = visit.drawings?.[digest]?.plain ?? digest;
    delete visit.drawings?.[digest];
    if (plain === digest || !visit.photos[plain]) continue;
    gone.push(visit.photos[plain]);
    delete visit.photos[plain];
  }
  return gone;
}
