// Looks again every second until the new world is there. Without this, the link on the page does.
"use strict";

setTimeout(() => location.reload(), 1000);
