/** Id of the place within the page's main part where menus and popovers are drawn, so that they belong to a landmark. */
export const POPUPS = 'popups';
