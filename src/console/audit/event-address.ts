import type { TrailEvent } from '../../audit/index/terms.ts'
import { addressOf } from '../address.ts'

/** Where an event has its page. */
export function eventAddress({ eventID }: Pick<TrailEvent, 'eventID'>): string {
  return addressOf('/console/audit/:event', { event: eventID })
}
