"""CheXGenBench's result files in miniature, with some of its printed values."""

HEADER = "FID,FID (RadDino),Inception Score,KID,KID (RadDino),Precision,Recall,Density,Coverage,Extra Info"
SANA = "40.1,54.225,2.1,0.03,0.016,0.631,0.614,0.51,0.548,Sana"
FLUX = "80.1,122.05,2.2,0.13,0.144,0.42,0.008,0.125,0.326,Flux.1-Dev"
WHOLE = f"{HEADER},Caption Type\n{SANA},llavarad\n{FLUX},llavarad\n"
WITH_FRD = f"{HEADER},Caption Type,FRD\n{SANA},llavarad,\n{FLUX},llavarad,7.25\n"
SHARDED = f"{HEADER},Alignment_score\n{SANA},\n{FLUX},nan\n"
CONDITIONAL = f"{HEADER},Caption Type,Pathology\n{SANA},llavarad,No Finding\n{SANA.replace('54.225', '199.5')},llavarad,Pleural Other\n"
ALIGNMENT = "Alignment_score,Extra Info\n0.695,Sana\n0.036,Flux.1-Dev\n"
PRIVACY = (
    "Real Path,Prompt,Mean_reid_scores,Max_reid_scores,Mean_pixel_distance,Min_pixel_distance,Mean_latent_distance,Min_latent_distance\n"
    'files/p10/p1.jpg,"Heart normal, no edema.",0.4,0.9,150,150,0.5,0.4\nfiles/p11/p2.jpg,Large effusion.,0.6,0.99,140,140,0.7,0.6\n'
)
