/** The page comes at once: nothing of the wall is hinted at before someone has signed in. */
export default function SignInLoading() {
  return null;
}
