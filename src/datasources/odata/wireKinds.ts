import { z } from 'zod';
import { isInstant } from '../../time/instant.js';

/**
 * Members of upstream rows that a gateway can do without: absent, null and a wrong type all read as null,
 * so that one odd member does not cost the whole row. Ids are not among them.
 */
export const optionalText = z.string().nullish().catch(null);
export const optionalBoolean = z.boolean().nullish().catch(null);
export const optionalNumber = z.number().finite().nullish().catch(null);
export const optionalTexts = z.array(z.string()).nullish().catch(null);
export const optionalInstant = z.string().refine(isInstant).nullish().catch(null);
export const entityId = z.string().min(1).max(1_024);
