# Cumulative incidence of cause 1 by arm from survival::survfit of states with log-log limits of 1 - F, and the limits of
# the difference squared and added (Zou & Donner 2008). Run in this folder: Rscript incidence_difference.R > incidence_difference.csv
suppressMessages(library(survival))
emit <- function(case, statistic, value) cat(sprintf("%s,%s,%.17g\n", case, statistic, value))
cat("case,statistic,value\n")
d <- read.csv("survival_data.csv")
arm <- function(side, time) {
  fit <- survfit(Surv(time, factor(event, 0:2)) ~ 1, d[d$group == side, ])
  s <- summary(fit, times = time)
  f <- s$pstate[1, 2]; se <- s$std.err[1, 2]
  rest <- 1 - f; reach <- qnorm(0.975) * se / (rest * abs(log(rest)))
  c(f, 1 - rest^exp(-reach), 1 - rest^exp(reach))
}
for (time in c(5, 12, 28)) {
  one <- arm(1, time); other <- arm(0, time); case <- sprintf("incidence_difference_%g", time)
  emit(case, "estimate", one[1] - other[1])
  emit(case, "low", one[1] - other[1] - sqrt((one[1] - one[2])^2 + (other[3] - other[1])^2))
  emit(case, "high", one[1] - other[1] + sqrt((one[3] - one[1])^2 + (other[1] - other[2])^2))
}
