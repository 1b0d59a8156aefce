// Where the app begins: the worker that lets it open offline, the look, who is here, and which page is shown.

import { startWorker } from "./worker.js";
import { startNet } from "./header.js";
import { startLook } from "./look.js";
import { state, lock, go, onPage, startLeaving } from "./state.js";
import { showUnlock } from "./unlock.js";
import { showLists } from "./lists.js";
import { showChoosing } from "./choosing.js";
import { showDrawing } from "./drawing.js";
import { showPin, showPlans } from "./pins.js";
import { showMap } from "./map.js";
import { showAsking } from "./asking.js";
import { isLost, showLost, startLost } from "./lost.js";
import { startPack } from "./pack.js";
import { startArriving } from "./entering.js";
import { showVisit } from "./visit.js";
import { showReview } from "./review.js";
import { showSent } from "./sent.js";
import { showMenu } from "./menu.js";

onPage(async (page) => {
  if (isLost()) return showLost();
  if (!state.tablet) return showUnlock();
  if (page.name === "visit") return showVisit(page);
  if (page.name === "drawing") return showDrawing(page);
  if (page.name === "pin") return showPin(page);
  if (page.name === "plans") return showPlans(page);
  if (page.name === "review") return showReview(page);
  if (page.name === "sent") return showSent(page);
  if (page.name === "menu") return showMenu();
  if (page.name === "begin") return showChoosing(page);
  if (page.name === "map") return showMap();
  if (page.name === "asking") return showAsking(page);
  return showLists();
});

startLook();
startNet();
if (!startLost()) {
  startLeaving(lock);
  startWorker();
  startPack();
  startArriving();
  go({ name: "lists" }, { replace: true });
}
