# References for adjusted p-values. Run: Rscript multiplicity.R (R 4.2.2, base only). Writes multiplicity.csv.
rows <- list()
emit <- function(case, statistic, value)
  rows[[length(rows) + 1]] <<- sprintf("%s,%s,%s", case, statistic, format(as.numeric(value), digits = 17))
tell <- function(case, p) for (i in seq_along(p)) emit(case, i, p[i])

# The p-values of published examples, and Holm's adjustment of them by p.adjust.
examples <- list(
  # SAS/STAT User's Guide, PROC MULTTEST, example "Inputting Raw p-Values" (SAS prints Holm's there)
  multtest = c(.28282, .30688, .71022, .77175, .78180, .88581, .54685, .84978, .24228, .58977, .03498, .41607,
               .31631, .05254, .45061, .75758, .12496, .49485, .21572, .50505, .94372, .81260, .77596, .36889),
  # Benjamini & Hochberg 1995, JRSS B 57:289: 15 comparisons of a trial of thrombolysis (Neuhaus and others 1992)
  thrombolysis = c(.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1),
  # Dmitrienko, course "Key Multiplicity Issues in Clinical Trials", example 4: three doses in type 2 diabetes
  diabetes = c(.0111, .0065, .0293),
  # help page of gMCP, and the vignette "gMCP" (paired t tests, one-sided)
  gmcp_help = c(.01, .02, .04, .04, .7), gmcp_vignette = c(.01260, .05154, .02124) / 2)
for (name in names(examples)) tell(paste0("holm_", name), p.adjust(examples[[name]], "holm"))

# Adjusted p-values of a graph (Bretz, Maurer, Brannath & Posch 2009, Statistics in Medicine 28:586, the sequentially
# rejective algorithm): weights w, transitions g. Another road than ours: no Holm and no families in it.
graph <- function(p, w, g) {
  left <- seq_along(p); adjusted <- rep(NA, length(p)); highest <- 0
  while (length(left)) {
    ratio <- ifelse(w[left] > 0, p[left] / w[left], Inf)
    j <- left[which.min(ratio)]
    highest <- max(highest, min(ratio)); adjusted[j] <- min(1, highest)
    left <- setdiff(left, j)
    weights <- w; moves <- g
    for (l in left) {
      weights[l] <- w[l] + w[j] * g[j, l]
      for (k in left) if (k != l) {
        turn <- g[l, j] * g[j, l]
        moves[l, k] <- if (turn < 1) (g[l, k] + g[l, j] * g[j, k]) / (1 - turn) else 0
      }
    }
    w <- weights; g <- moves; w[j] <- 0
  }
  adjusted
}
holm <- function(n) { g <- matrix(1 / (n - 1), n, n); diag(g) <- 0; g }
for (name in names(examples)) { p <- examples[[name]]; n <- length(p); tell(paste0("graph_holm_", name), graph(p, rep(1 / n, n), holm(n))) }

# Fixed sequence: everything goes on to the next.
p <- examples$diabetes; g <- matrix(0, 3, 3); g[1, 2] <- g[2, 3] <- 1
tell("graph_sequence_diabetes", graph(p, c(1, 0, 0), g))
tell("graph_sequence_vignette", graph(examples$gmcp_vignette, c(1, 0, 0), g))

# Serial gatekeeping: Holm inside a family, and a share of almost nothing to the next family, which is all when the
# family is rejected (the graph of the vignette "graph-examples" of graphicalMCP, for any families).
serial <- function(families, epsilon = 1e-9) {
  sizes <- lengths(families); n <- sum(sizes); of <- rep(seq_along(sizes), sizes); g <- matrix(0, n, n)
  for (i in 1:n) {
    own <- setdiff(which(of == of[i]), i); following <- which(of == of[i] + 1)
    share <- if (!length(following)) 0 else if (length(own)) epsilon else 1
    if (length(own)) g[i, own] <- (1 - share) / length(own)
    if (length(following)) g[i, following] <- share / length(following)
  }
  graph(unlist(families), ifelse(of == 1, 1 / sizes[1], 0), g)
}
tell("serial_diabetes_events", serial(list(examples$diabetes, examples$thrombolysis[1:5])))
tell("serial_two_one", serial(list(c(.0061, .0233), .0098)))  # graphicalMCP's graph: two primary, one secondary
tell("serial_three", serial(list(.0004, examples$gmcp_vignette, c(.0095, .0201))))
tell("serial_closed", serial(list(c(.001, .04), c(.0001, .0002))))
writeLines(c("case,statistic,value", unlist(rows)), "multiplicity.csv")
