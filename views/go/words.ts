/** Every word of the page that leads anywhere. */
export const words = {
  title: 'Go to',
  label: 'Page, role, or the name of a user, group or role',
  find: 'Find',
  list: 'Where to go',
  nothing: 'Nothing has these words.',
  portal: 'Your roles',
  signIns: 'Last sign-ins',
  security: 'Your security',
  password: 'Change your password',
  signOut: 'Sign out',
  ofPortal: 'Portal',
  role: (account: string) => `Console in ${account}`,
} as const
