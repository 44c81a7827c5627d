# References for the mixed model for repeated measures. Run: Rscript mmrm.R (R 4.2.2, nlme, lme4, pbkrtest).
# nlme::gls gives REML fits of every structure; lmer with pbkrtest gives Kenward-Roger for compound symmetry, where a
# random intercept is the same model. Kenward-Roger there is linear with the expected information.
suppressMessages({library(nlme); library(lme4); library(pbkrtest)})
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))
set.seed(20210127)
n <- 26; t <- 4
base <- round(rnorm(n, 50, 8), 1); arm <- rep(0:1, length.out = n)
R <- outer(1:t, 1:t, function(i, j) 0.65^abs(i - j)) * outer(c(3, 4, 4.5, 6), c(3, 4, 4.5, 6))
e <- matrix(rnorm(n * t), n) %*% chol(R)
d <- data.frame(id = rep(1:n, each = t), visit = rep(1:t, n), arm = rep(arm, each = t), base = rep(base, each = t))
d$y <- round(20 + 0.4 * d$base + 1.5 * d$visit + d$arm * (d$visit - 1) + as.vector(t(e)), 2)
gone <- runif(nrow(d)) < 0.12
d$y[gone] <- NA
write.csv(d, "mmrm_data.csv", row.names = FALSE, quote = FALSE)
d <- d[!is.na(d$y), ]
d$fv <- factor(d$visit)
form <- y ~ base + fv * arm
fits <- list(
  unstructured = list(corSymm(form = ~ visit | id), varIdent(form = ~ 1 | fv)),
  toeplitz = list(corARMA(c(.5, .1, .05), form = ~ visit | id, p = 3, q = 0), NULL),
  toeplitz_h = list(corARMA(c(.5, .1, .05), form = ~ visit | id, p = 3, q = 0), varIdent(form = ~ 1 | fv)),
  ar1 = list(corAR1(form = ~ visit | id), NULL), ar1_h = list(corAR1(form = ~ visit | id), varIdent(form = ~ 1 | fv)),
  cs = list(corCompSymm(form = ~ 1 | id), NULL), cs_h = list(corCompSymm(form = ~ 1 | id), varIdent(form = ~ 1 | fv)))
for (name in names(fits)) {
  m <- gls(form, d, correlation = fits[[name]][[1]], weights = fits[[name]][[2]],
           control = glsControl(msTol = 1e-12, tolerance = 1e-10, msMaxIter = 500, maxIter = 200, opt = "nlminb"))
  case <- paste0("mmrm_", name)
  emit(case, "loglik", as.numeric(logLik(m)))
  for (k in seq_along(coef(m))) { emit(case, paste0("beta", k), coef(m)[k]); emit(case, paste0("se", k), sqrt(diag(m$varBeta))[k]) }
}
m <- lmer(y ~ base + fv * arm + (1 | id), d, REML = TRUE,
          control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-12, maxfun = 1e5)))
V <- vcovAdj(m); p <- length(fixef(m))
for (k in 1:p) { L <- as.numeric(1:p == k); emit("mmrm_kr_cs", paste0("se", k), sqrt(as.matrix(V)[k, k])); emit("mmrm_kr_cs", paste0("df", k), Lb_ddf(L, vcov(m), V)) }
L <- matrix(0, 3, p); L[cbind(1:3, (p - 2):p)] <- 1
k <- KRmodcomp(m, L)
emit("mmrm_kr_cs", "F", getKR(k, "Fstat")); emit("mmrm_kr_cs", "ddf", getKR(k, "ddf")); emit("mmrm_kr_cs", "pF", getKR(k, "p.value"))
emit("mmrm_kr_cs", "scaling", getKR(k, "F.scaling"))
# timings of gls, for the benchmark's record
writeLines(c("case,statistic,value", unlist(rows)), "mmrm.csv")
