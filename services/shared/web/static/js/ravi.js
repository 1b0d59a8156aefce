// What every page runs: GOV.UK's components, true times, keys, and forms that prove where they came from.

import { initAll } from "../vendor/govuk-frontend@6.3.0/govuk-frontend.min.js";
import { startSending } from "./send.js";
import { startShortcuts } from "./shortcuts.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./times.js";

initAll();
startSending();
startShortcuts();
startTheme();
startTimes();
