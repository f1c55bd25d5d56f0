import { findById } from './findById.js';

/** All of a request together are one `$batch`. */
export const alertReference = findById(({ alerts }, id) => alerts.byId(id));

/** As alerts. A merged incident is answered itself. */
export const incidentReference = findById(({ incidents }, id) => incidents.byId(id));
