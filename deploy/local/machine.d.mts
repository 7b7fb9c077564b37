/** 17 from `openjdk version "17.0.15"`, 8 from `java version "1.8.0_402"`; undefined for any other text. */
export function javaMajor(text: string | undefined): number | undefined;
export function openFilesLimit(text: string | undefined): number | undefined;
export function installLine(packages: readonly string[]): string;
