/**
 * Control characters, separators of lines, characters that change the direction of the text after them, and U+FFFD,
 * which replaces bytes that are no text.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\ufffd]/gu;
/** The same without the flag g, whose `test` would go on from the last match. */
const HAS_UNPRINTABLE = new RegExp(UNPRINTABLE.source, 'u');

/**
 * Characters without a shape: white space, those that only join or separate others, those that Unicode lets a screen
 * ignore (such as U+3164, HANGUL FILLER), and the empty Braille pattern.
 */
const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** True when a person would see an empty place. */
export const showsNothing = (text: string): boolean => text.replace(INVISIBLE, '') === '';

/** True when every character of the text can be shown on one line, in the order written. */
export const isPrintable = (text: string): boolean => text.isWellFormed() && !HAS_UNPRINTABLE.test(text);
