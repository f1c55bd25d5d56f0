import { buildStitchedSchema } from '../../src/federation/stitched/buildStitchedSchema.js';
import { describeFederation } from './describeFederation.js';

const throughInterfaceObject = 'it does not take an object for the interface that an interface object stands for';

/** What the stitched schema answers; it stands in where the planner has no binary, and sends more requests. */
describeFederation('stitched', buildStitchedSchema, {
  isExact: false,
  knownMisses: {
    'takes a field for no type though the client names it so':
      'it asks for the type and for the field of its name in one selection',
    'brings each member of a union the fields of its own': 'it cannot read a requirement with members of a union',
    'nulls a value that clients may not see, with an error': 'it nulls the value, and reports nothing',
    'adds the field to an object whose type is known': throughInterfaceObject,
    'reads interface objects behind an interface object': throughInterfaceObject,
  },
});
