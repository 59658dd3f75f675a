/* The module of every page: starts every behaviour. Each module works by delegation, so that what arrives by a swap needs nothing.
   Assembled with all that it imports when the application is built. */
import "../vendor/htmx/htmx.min.js";
import "../vendor/dsfr/dsfr.module.min.js";
import { startCharts } from "./charts.js";
import { startDialogs } from "./dialog.js";
import { startDrafts } from "./drafts.js";
import { startKeyboard } from "./keyboard.js";
import { startMentions } from "./mentions.js";
import { startPasskeys } from "./passkeys.js";
import { startRequests } from "./requests.js";
import { startResending } from "./resending.js";
import { startSuggestions } from "./suggestions.js";
import { startWidgets } from "./widgets.js";

startRequests();
startWidgets();
startDialogs();
startKeyboard();
startDrafts();
startResending();
startSuggestions();
startMentions();
startCharts();
startPasskeys();
