/** Where the root of an account signs in. */
export function rootAddress({ next }: { readonly next: string }): string {
  return next === '/console' || next === '/portal'
    ? '/signin/user/root'
    : `/signin/user/root?${new URLSearchParams({ next })}`
}
