// learning-law/report
export { type AnyReportOptions, writeAnyReport } from "./any-report.js";
export type { AnyReportSummary } from "./kinds.js";
export { writeFigures } from "./paper/write-figures.js";
export { type ReportOptions, type ReportSummary, writeReport } from "./report.js";
export type { DrawnSchedule } from "./schedules/schedules-figure.js";
export { writeSchedules } from "./schedules/write-schedules.js";
export { type SeedsReportSummary, writeSeedsReport } from "./seeds/seeds-report.js";
export { type SelectionReportSummary, writeSelectionReport } from "./selection/selection-report.js";
export { type TrainingReportSummary, writeTrainingReport } from "./training/training-report.js";
