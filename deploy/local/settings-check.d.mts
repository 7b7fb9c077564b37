/** What is wrong with the settings, one text for each. An empty variable counts as not set. */
export function wrongSettings(source?: NodeJS.ProcessEnv): readonly string[];
