import type { OpenSessions } from '../../src/sign-in/open-sessions.ts'

/** For tests that look at no list of open sessions: nobody is on it, and none is ended. */
export const unlisted: Pick<OpenSessions, 'begun' | 'seen' | 'gone' | 'isEnded'> = {
  begun: () => {},
  seen: async () => {},
  gone: async () => {},
  isEnded: async () => false,
}
