// What every page runs: GOV.UK's components, true times, keys, and forms that lose nothing and prove where they came from.

import { initAll } from "../vendor/govuk-frontend@6.3.0/govuk-frontend.min.js";
import { startForms } from "./forms.js";
import { startSending } from "./send.js";
import { startShortcuts } from "./shortcuts.js";
import { startTheme } from "./theme.js";
import { startTimes } from "./times.js";

initAll();
startForms();
startSending();
startShortcuts();
startTheme();
startTimes();
