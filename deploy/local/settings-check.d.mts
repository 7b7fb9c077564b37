/** Names of the settings that are checked: all that a user can give. */
export const SETTING_NAMES: readonly string[];

/** What is wrong with the settings, one text for each. An empty variable counts as not set. */
export function wrongSettings(source?: NodeJS.ProcessEnv): readonly string[];
