// What is asked for again while it is under way is done once more afterwards, never twice at once.

/** Return what draws one at a time: asked for meanwhile it draws once more, so that what is read last stands last.
 * @param {() => Promise<void>} draw @returns {() => Promise<void>} */
export function inTurn(draw) {
  let isAskedFor = false;
  /** @type {Promise<void> | null} */
  let drawing = null;
  const drawAll = async () => {
    try { while (isAskedFor) { isAskedFor = false; await draw(); } } finally { drawing = null; }
  };
  return () => { isAskedFor = true; drawing ??= drawAll(); return drawing; };
}
