// learning-law/report
export { writeFigures } from "./paper/write-figures.js";
export { type ReportOptions, type ReportSummary, writeReport } from "./report.js";
export { type SeedsReportSummary, writeSeedsReport } from "./seeds/seeds-report.js";
export { type TrainingReportSummary, writeTrainingReport } from "./training/training-report.js";
