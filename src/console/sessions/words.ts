import type { SessionKind } from '../../aws/gatehouse/sessions/session-model.ts'

/** The words of the pages that show who is signed in. */
export const words = {
  sessions: {
    title: 'Sessions',
    says:
      'Who is signed in now: in browsers, consoles, terminals and apps. Credentials that ' +
      'programs hold are in the audit log.',
    noun: { one: 'session', many: 'sessions' },
    order: 'the newest first',
    empty: 'Nobody is signed in.',
    filters: { person: 'Person or user', kind: 'Where' },
    any: 'Anywhere',
    heads: {
      who: 'Who',
      where: 'Where',
      since: 'Since',
      seen: 'Last seen',
      from: 'From',
      until: 'Until',
      program: 'Program',
      end: 'End',
    },
    end: 'End',
  },
  kinds: {
    'sign-in': 'Browser',
    console: 'Console',
    terminal: 'Terminal',
    app: 'App',
  } as const satisfies Record<SessionKind, string>,
  session: {
    says: 'An open session.',
    facts: 'Session',
    terms: {
      person: 'Person',
      connector: 'Proved by',
      where: 'Where',
      arn: 'Acts as',
      key: 'Access key',
      app: 'App',
      since: 'Since',
      until: 'Until',
      seen: 'Last seen',
      from: 'From',
      program: 'Program',
    },
    end: 'End this session',
    endAll: (who: string) => `End all of ${who}`,
    calls: 'Calls of this session',
  },
  ending: {
    crumb: 'End',
    title: (who: string) => `End this session of ${who}?`,
    says: {
      'sign-in':
        'The browser is signed out, with the consoles that it opened and the apps that it signed ' +
        'in to. Credentials that the portal gave go on working: end all of the person for that.',
      console: 'The console closes at its next page. The sign-in behind it stays.',
      terminal: 'The terminal has to sign in again. Credentials that it has end by themselves.',
      app: 'The tokens of the app stop working. The sign-in behind it stays.',
    } as const satisfies Record<SessionKind, string>,
    button: 'End the session',
    keep: 'Keep it',
    done: 'The session was ended.',
  },
  endingAll: {
    crumb: 'End all',
    title: (who: string) => `End all sessions of ${who}?`,
    says:
      'Every sign-in, console, terminal, app and temporary credential of the person in this ' +
      'account ends at once. They can sign in again, unless somebody stops that.',
    unknown:
      'By this session it is not known whose else there are. End it alone, or by its access key.',
    button: 'End all sessions',
    done: (who: string) => `All sessions of ${who} were ended.`,
  },
} as const
