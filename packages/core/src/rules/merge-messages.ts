/** Falco's messages about appends and overrides, which lists, macros and rules share. */

export const APPEND_DEPRECATED =
  "'append' key is deprecated. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

export const ENABLED_DEPRECATED =
  "The standalone 'enabled' key usage is deprecated. The correct approach requires also a 'replace' entry under the 'override' key (i.e. 'enabled: replace').";

export const APPEND_WITH_OVERRIDE =
  "Keys 'override' and 'append: true' cannot be used together. Add an 'append' entry (e.g. 'condition: append') under 'override' instead.";

export const NO_MACRO_TO_APPEND_TO =
  "Macro uses 'append' or 'override.condition: append' but no macro by that name already exists";

export const NO_LIST_TO_APPEND_TO =
  "List uses 'append' or 'override.items: append' but no list by that name already exists";

export const NO_RULE_TO_APPEND_TO =
  "Rule uses 'append' or 'override.<key>: append' but no rule by that name already exists";

export const NO_RULE_TO_REPLACE =
  "An 'override.<key>: replace' to a rule was requested but no rule by that name already exists";

export const RULE_CHANGES_SOURCE = 'Rule has been re-defined with a different source';
