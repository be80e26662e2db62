import type { Request } from 'express'
import { RequestFault } from './fields.ts'

/**
 * Refuses requests that another site's image, frame or script makes through a visitor's browser
 * (Fetch Metadata): they must neither change the browser's console session nor use up the sign-in
 * attempts of the visitor's address. Old browsers and programs send no metadata and are let
 * through.
 */
export function onlyByNavigation(req: Request): void {
  const destination = req.get('sec-fetch-dest')
  if (destination !== undefined && destination !== 'document')
    throw new RequestFault('This address has to be opened in a tab of its own')
}
