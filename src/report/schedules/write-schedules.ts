import type { ScheduleFacts } from "../../descent/schedules/schedule.js";
import { refuseFigures, writeFigureFiles } from "../paper/write-figures.js";
import { type DrawnSchedule, schedulesFigure } from "./schedules-figure.js";

/**
 * Draws schedules of the learning rate for print, as `writeFigures` does; returns the paths.
 *
 * @param folder is made unless it is there
 * @param width in millimetres, from 20 to 1000
 * @throws InputError if the width is none, or if a file cannot be written
 */
export function writeSchedules(
  schedules: readonly DrawnSchedule[],
  facts: ScheduleFacts,
  folder: string,
  width?: number,
): Promise<string[]> {
  refuseFigures(folder, width);
  return writeFigureFiles([schedulesFigure(schedules, facts)], folder, width);
}
