// learning-law/learned-compression: bytes coded by a model that is trained on them as it reads
export { compressByLearning, decompressLearned, type LearnedCompression } from "./learned-file.js";
export { defaultLearner, LEARNER_SCHEDULES, type LearnerSettings } from "./learner-settings.js";
