# References for stratified tables, Firth's logistic regression and interval censoring.
# Run: Rscript more.R (R 4.2.2, survival, brglm2). Writes more.csv and the data sets beside itself.
suppressMessages({library(survival); library(brglm2)})
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))
# rabbits of ?mantelhaen.test (Agresti 1990, p. 231: penicillin and delay), five strata
tab <- array(c(0,0,6,5, 3,0,3,6, 6,2,0,4, 5,6,1,0, 2,5,0,0), dim = c(2, 2, 5))
a <- mantelhaen.test(tab, exact = TRUE); emit("cmh_rabbits", "exact", a$p.value)
a <- mantelhaen.test(tab, correct = FALSE); emit("cmh_rabbits", "statistic", a$statistic); emit("cmh_rabbits", "p", a$p.value)
emit("cmh_rabbits", "or", a$estimate); emit("cmh_rabbits", "low", a$conf.int[1]); emit("cmh_rabbits", "high", a$conf.int[2])
emit("cmh_rabbits", "corrected", mantelhaen.test(tab)$statistic)
# conditional maximum likelihood odds ratio
for (t in list(c(9,10,3,10), c(1,9,4,9), c(7,20,2,25))) {
  f <- fisher.test(matrix(c(t[1], t[2]-t[1], t[3], t[4]-t[3]), 2))
  emit(paste0("odds_", paste(t, collapse = "_")), "estimate", f$estimate)
}
# Firth: separated and not
set.seed(99); n <- 20
d <- data.frame(arm = rep(0:1, each = 10), age = round(rnorm(n, 60, 8)), severe = c(0,0,0,0,1,0,0,0,1,0, 1,1,1,0,1,1,1,1,0,1))
d$age <- d$age + 4 * d$arm; d$y <- round(rnorm(n, 10, 2) + 0.1 * d$age, 2); d$sep <- d$arm
write.csv(d, "firth_data.csv", row.names = FALSE, quote = FALSE)
m <- glm(arm ~ age + severe, binomial, d, method = "brglmFit", type = "AS_mean", epsilon = 1e-12, maxit = 1000)
for (k in 1:3) { emit("firth", paste0("beta", k), coef(m)[k]); emit("firth", paste0("se", k), summary(m)$coefficients[k, 2]) }
m <- glm(arm ~ sep, binomial, d, method = "brglmFit", type = "AS_mean", epsilon = 1e-12, maxit = 1000)
for (k in 1:2) emit("firth_separated", paste0("beta", k), coef(m)[k])
# Turnbull on a visit grid
set.seed(3); visits <- c(0, 3, 6, 10, 14, 21, 28)
t <- rexp(30, 0.09); l <- r <- numeric(30)
for (i in 1:30) { seen <- c(TRUE, runif(6) > 0.2); v <- visits[seen]; l[i] <- max(v[v < t[i]]); r[i] <- suppressWarnings(min(v[v >= t[i]])) }
write.csv(data.frame(left = l, right = ifelse(is.finite(r), r, "Inf")), "turnbull_data.csv", row.names = FALSE, quote = FALSE)
s <- survfit(Surv(l, ifelse(is.finite(r), r, NA), type = "interval2") ~ 1)
jumps <- which(s$n.event > 1e-6)
for (k in seq_along(jumps)) { emit("turnbull", paste0("time", k), s$time[jumps[k]]); emit("turnbull", paste0("survival", k), s$surv[jumps[k]]) }
writeLines(c("case,statistic,value", unlist(rows)), "more.csv")
