# References for group-sequential designs and power. Run: Rscript design.R (R 4.2.2, rpact 3.3.4). Writes design.csv.
suppressMessages(library(rpact))
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))
looks <- list(two = c(.5, 1), three = c(.4, .7, 1), five = (1:5) / 5)
types <- list("obrien-fleming" = list("asOF", NA), pocock = list("asP", NA), "hwang-shih-decani" = list("asHSD", -2), power = list("asKD", 2))
for (l in names(looks)) for (t in names(types)) for (sided in 1:2) {
  a <- list(kMax = length(looks[[l]]), alpha = 0.025 * sided, sided = sided, informationRates = looks[[l]],
            typeOfDesign = types[[t]][[1]], beta = 0.2, tolerance = 1e-10)
  if (!is.na(types[[t]][[2]])) a$gammaA <- types[[t]][[2]]
  d <- do.call(getDesignGroupSequential, a)
  ch <- getDesignCharacteristics(d)
  case <- sprintf("gs_%s_%s_%d", l, t, sided)
  for (k in seq_along(looks[[l]])) emit(case, paste0("z", k), d$criticalValues[k])
  emit(case, "inflation", ch$inflationFactor); emit(case, "shift", ch$shift)
  emit(case, "averageH1", ch$averageSampleNumber1)
}
for (n in c(5, 10, 64)) emit("power_t", n, power.t.test(n, delta = 0.7, sd = 1, strict = TRUE)$power)
emit("power_prop", "50", power.prop.test(50, 0.3, 0.55)$power)
emit("size_t", "n", ceiling(power.t.test(delta = 0.5, sd = 1, power = 0.9, strict = TRUE)$n))
writeLines(c("case,statistic,value", unlist(rows)), "design.csv")
