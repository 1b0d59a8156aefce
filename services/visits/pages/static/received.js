// A visit that has a receipt needs no copy on this tablet any more.

import { forget } from "./drafts.js";

const receipt = document.querySelector("[data-received]");
if (receipt) forget(receipt.dataset.person, receipt.dataset.received);
