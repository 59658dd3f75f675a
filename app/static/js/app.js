/* Starts every behaviour of the pages. Each module works by delegation, so that what arrives by a swap needs nothing. */
import { startCharts } from "./charts.js";
import { startDialogs } from "./dialog.js";
import { startDrafts } from "./drafts.js";
import { startKeyboard } from "./keyboard.js";
import { startRequests } from "./requests.js";
import { startWidgets } from "./widgets.js";

startRequests();
startWidgets();
startDialogs();
startKeyboard();
startDrafts();
startCharts();
