/** The only entry: everything that makes pages livelier than their HTML. */
import "./elements/copy.js";
import "./elements/menu.js";
import "./elements/theme.js";
import "./elements/time-zone.js";
