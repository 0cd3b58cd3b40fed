/** One thread of the render pool. */
import { parentPort, workerData } from 'node:worker_threads';
import { type RenderTask, renderTask } from './render-pool.ts';

parentPort?.postMessage(renderTask(workerData as RenderTask));
