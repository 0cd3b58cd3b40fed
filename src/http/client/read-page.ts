/** The reading page: key points, whole text and consent, one at a time. */
import { followAddress } from './panels.ts';

followAddress();
