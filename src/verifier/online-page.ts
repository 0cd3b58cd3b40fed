/** The desk on a service's page. */
import './no-eval.ts';
import type { DeskFactsJson } from '../http/contract/verification.ts';
import { openDesk } from './desk.ts';
import { need } from './elements.ts';
import { onlineEngine } from './online-engine.ts';

const facts: DeskFactsJson = JSON.parse(need(HTMLElement, '[data-facts]').dataset['facts'] ?? '');
openDesk(onlineEngine(facts));
