/** Imported first: schemas are interpreted, never compiled, because the page forbids making code from text. */
import { config } from 'zod';

config({ jitless: true });
