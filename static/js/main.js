/** The only entry: every page loads this, and each element looks for what it serves. */
import "./elements/bulk-choice.js";
import "./elements/copy.js";
import "./elements/in-place.js";
import "./elements/live-fragment.js";
import "./elements/menu.js";
import "./elements/passkey-form.js";
import "./elements/push-toggle.js";
import "./elements/push-upkeep.js";
import "./elements/quick-add.js";
import "./elements/recipient-field.js";
import "./elements/relative-time.js";
import "./elements/row-keys.js";
import "./elements/schedule-fields.js";
import "./elements/theme.js";
import "./elements/time-zone.js";
import "./elements/toasts.js";
import "./elements/unread.js";
